import { WarehouseError } from '../diagnostics/errors.js'

/** A driver that is installed beside cdp by those whose targets name its engine. */
export async function loadDriver<T>(load: () => Promise<T>, ...packages: readonly string[]): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new WarehouseError(
      `the driver ${packages.join(' and ')} is not installed`,
      `npm install ${packages.join(' ')}`,
      { cause },
    )
  }
}
