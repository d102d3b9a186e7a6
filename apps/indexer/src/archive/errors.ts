/** A file of the archive that does not hold what was written. */
export class ArchiveDamage extends Error {
  override readonly name = 'ArchiveDamage';

  constructor(
    readonly file: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${reason}`, options);
  }
}

/** The folder cannot serve as this archive: another chain's, another's work, or taken. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';
}
