import { WarehouseError } from '../diagnostics/errors.js'

type Remedied = readonly [what: string, remedy: string]

/** What is said of an engine whose server does not answer over HTTP. */
export interface HttpServer {
  readonly engine: string
  /** As `the coordinator`: what to look at. */
  readonly server: string
  /** What to do where nothing listens. */
  readonly start: string
  /** By codes of the system, what this engine says otherwise, or besides. */
  readonly own?: Readonly<Record<string, Remedied>>
}

const CERTIFICATE = /^(DEPTH_ZERO_)?SELF_SIGNED|^UNABLE_TO_(GET|VERIFY)|^CERT_/

/** An error of the system, as one that says what happened and what to do. */
export function explainUnreached(
  { engine, server, start, own = {} }: HttpServer,
  url: URL,
  cause: unknown,
): WarehouseError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  const known: Readonly<Record<string, Remedied>> = {
    ECONNREFUSED: ['nothing listens there', start],
    ENOTFOUND: ['there is no such host', 'Mend `url` of the target.'],
    EAI_AGAIN: ['the name of the host does not resolve now', 'Look at your network, then run again.'],
    ETIMEDOUT: ['it does not answer', `Look at your network and at ${server}, then run again.`],
    EHOSTUNREACH: ['there is no way to this host', 'Look at your network, then run again.'],
    ECONNRESET: ['it closed the connection', `Look at ${server} and its log, then run again.`],
    ERR_TLS_CERT_ALTNAME_INVALID: [
      'its certificate is of another host',
      'Use the name that the certificate was made for as `url` of the target.',
    ],
    EPROTO: ['it does not speak TLS', 'Use http:// in `url` of the target, or the port that speaks https.'],
    ...own,
  }
  const [what, remedy] = CERTIFICATE.test(code)
    ? [
        `its certificate is not trusted (${code})`,
        'Name its certificate, or who signed it, as `ca` of the target.',
      ]
    : (known[code] ?? [message, undefined])
  return new WarehouseError(`${engine} at ${url.origin} cannot be reached: ${what}`, remedy, { cause })
}
