/** Decides who may ask. */
export interface Access {
  /**
   * Takes the value of a request's `Authorization` header.
   * @throws ApiError 401 or 403
   */
  check(authorization: string | undefined): void;
}
