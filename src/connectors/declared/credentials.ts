import type { AuthDefinition, ConnectorDefinition } from '../../language/connector.js'
import { evaluateLeaf, type LeafScope, OMITTED } from '../../template/leaf-template.js'
import { leafOf } from './body-template.js'
import { headerName, headerValue } from './header.js'
import { OauthToken } from './oauth.js'
import { renderUrl } from './render-request.js'
import { withSignature } from './signature.js'
import type { AuthParts, Credentials } from './signing.js'

/** Credentials of a connector: its `auth` and its `signature`. Throws a `LeafFault` where the config lacks what they need. */
export function credentialsOf(
  { auth, signature }: Pick<ConnectorDefinition, 'auth' | 'signature'>,
  config: LeafScope,
  parts: AuthParts,
): Credentials {
  const credentials = shownBy(auth, config, parts)
  const secret = textOf(signature?.secret, config)
  return secret === undefined ? credentials : withSignature(credentials, secret, parts.now)
}

function textOf(template: string | undefined, config: LeafScope): string | undefined {
  const value = template === undefined ? OMITTED : evaluateLeaf(leafOf(template), config)
  return value === OMITTED ? undefined : String(value)
}

function shownBy(auth: AuthDefinition | undefined, config: LeafScope, parts: AuthParts): Credentials {
  const text = (template: string | undefined) => textOf(template, config)
  switch (auth?.type) {
    case undefined:
    case 'none':
      return fixed({})
    case 'basic': {
      const pair = `${text(auth.username) ?? ''}:${text(auth.password) ?? ''}`
      const encoded = Buffer.from(pair, 'utf8').toString('base64')
      parts.mask.add(encoded)
      return fixed({ authorization: `Basic ${encoded}` })
    }
    case 'bearer': {
      const token = text(auth.token)
      if (token === undefined) return fixed({})
      return fixed({ authorization: headerValue('authorization', `Bearer ${token}`) })
    }
    case 'api_key': {
      const value = text(auth.value)
      const name = text(auth.name) ?? ''
      if (value === undefined) return fixed({})
      if (auth.in === 'query') return parameter(name, value)
      return fixed({ [headerName(name)]: headerValue(name, value) })
    }
    case 'oauth2':
      return new OauthToken(auth, renderUrl(auth.token_url, config), text, parts)
  }
}

function fixed(credentials: Readonly<Record<string, string>>): Credentials {
  return {
    canRefresh: false,
    sign: async (request) => ({ request: { ...request, credentials } }),
    refresh: () => {},
  }
}

function parameter(name: string, value: string): Credentials {
  return {
    canRefresh: false,
    sign: async (request) => {
      const url = new URL(request.url)
      url.searchParams.set(name, value)
      return { request: { ...request, url } }
    },
    refresh: () => {},
  }
}
