import { WarehouseError } from '../../diagnostics/errors.js'
import { explainFault } from '../spark/failures.js'

/** What an error of the driver may hold, by its several classes. */
interface DriverError {
  readonly name?: string
  readonly message?: string
  readonly code?: string | number
  readonly statusCode?: number
  readonly response?: {
    readonly errorMessage?: string
    readonly sqlState?: string | null
    readonly status?: unknown
  }
  readonly cause?: DriverError
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host does not resolve now',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it closed the connection',
  EPROTO: 'it does not speak TLS',
}

const CERTIFICATE = /^(DEPTH_ZERO_)?SELF_SIGNED|^UNABLE_TO_(GET|VERIFY)|^CERT_|^ERR_TLS/

/** What the driver says of a call, or of a statement that failed. */
export function explainDriver(host: string, error: unknown, statement?: string): WarehouseError {
  const { message = String(error), response, statusCode, ...rest } = error as DriverError
  const code = String((error as DriverError).code ?? rest.cause?.code ?? '')
  const status = statusCode ?? (typeof response?.status === 'number' ? response.status : undefined)
  if (status === 401 || status === 403 || (error as DriverError).name === 'AuthenticationError')
    return new WarehouseError(
      `Databricks at ${host} does not let in who the target names`,
      'Mend `token`, or `client_id` and `client_secret`, of the target.',
      { cause: error },
    )
  if (CERTIFICATE.test(code))
    return new WarehouseError(
      `Databricks at ${host} cannot be reached: its certificate is not trusted (${code})`,
      'Name its certificate, or who signed it, as `ca` of the target.',
      { cause: error },
    )
  const unreached = NETWORK[code]
  if (unreached !== undefined || status !== undefined)
    return new WarehouseError(
      `Databricks at ${host} cannot be reached: ${unreached ?? `status ${status}`}`,
      'Mend `host` and `http_path` of the target, and see that the warehouse runs.',
      { cause: error },
    )
  return explainFault(
    {
      message: response?.errorMessage ?? message,
      sqlState: response?.sqlState ?? undefined,
      isUnknownHandle: false,
    },
    statement,
  )
}
