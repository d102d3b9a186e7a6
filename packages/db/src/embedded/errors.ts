export type EmbeddedPostgresErrorCode =
  | 'unsupported_platform'
  | 'no_system_user'
  | 'incomplete_install'
  | 'bad_data_folder'
  | 'in_use'
  | 'init_failed'
  | 'start_failed';

/** Why the embedded server could not be had; the message says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
