/** The warehouse, its files or its locks failed: exit code 3. `remedy` says what a person can do about it. */
export class WarehouseError extends Error {
  override readonly name = 'WarehouseError'
  constructor(
    message: string,
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** A destination, or the way to it, failed: exit code 3. Holds no secret. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  constructor(
    message: string,
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The command line asks for something that does not exist or cannot be: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message)
  }
}

/** A bug in cdp: exit code 70. Never thrown for what a user or a warehouse did. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
}

/** For the `default` of an exhaustive switch: the compiler proves that it is never reached. */
export function unreachable(value: never): never {
  throw new InternalError(`unexpected value ${JSON.stringify(value)}`)
}
