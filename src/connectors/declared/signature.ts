import { createHash, createHmac } from 'node:crypto'
import type { HttpRequest } from '../http/client.js'
import type { Credentials, SignedRequest } from './signing.js'

/**
 * Signs the body of each request by the scheme of Standard Webhooks, beside what other credentials show. The id is that of
 * the batch, the same for every attempt; the time is that of the attempt, so that a request that was caught cannot be sent
 * again later.
 */
export function withSignature(credentials: Credentials, secret: string, now: () => number): Credentials {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret
  return {
    canRefresh: credentials.canRefresh,
    refresh: (request) => credentials.refresh(request),
    sign: async (request): Promise<SignedRequest> => {
      const signed = await credentials.sign(request)
      if ('failure' in signed) return signed
      const headers = signatureHeaders(signed.request, key, Math.floor(now() / 1000))
      return { request: { ...signed.request, credentials: { ...signed.request.credentials, ...headers } } }
    },
  }
}

function signatureHeaders(
  { headers, body = '' }: HttpRequest,
  key: string | Buffer,
  seconds: number,
): Record<string, string> {
  const id = headers['idempotency-key'] ?? createHash('sha256').update(body, 'utf8').digest('hex')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`, 'utf8').digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  }
}
