import { buildSync } from './build-sync.js'
import { built } from './built.js'
import type { Collected, CollectedSections } from './collect.js'
import type { Consent, Purpose } from './consent.js'
import { declaration } from './declaration.js'
import { defined } from './defined.js'
import type { Destination } from './destination.js'
import { at, type Origin } from './origin.js'
import type { Project } from './project.js'
import type { Reporter } from './reporter.js'

type OnlyEntity = (origin: Origin) => string | undefined

/** Everything about sending: destinations, purposes, consents and syncs. */
export function buildActivation(
  sections: CollectedSections,
  onlyEntity: OnlyEntity,
  report: Reporter,
): Pick<Project, 'destinations' | 'purposes' | 'consents' | 'syncs'> {
  return {
    destinations: built(sections.destinations, 'destination', report, buildDestination),
    purposes: built(sections.purposes, 'purpose', report, (item) => buildPurpose(item, onlyEntity, report)),
    consents: sections.consents.flatMap((item) => buildConsent(item, onlyEntity) ?? []),
    syncs: built(sections.syncs, 'sync', report, ({ input, origin }) => buildSync(input, origin, report)),
  }
}

function buildDestination({ input, origin }: CollectedSections['destinations'][number]): Destination {
  return {
    ...declaration(input, origin),
    connector: input.connector,
    config: input.config ?? {},
    allowHttp: input.allow_http ?? false,
    allowPrivate: input.allow_private ?? false,
  }
}

function buildPurpose(
  { input, origin }: CollectedSections['purposes'][number],
  onlyEntity: OnlyEntity,
  report: Reporter,
): Purpose | undefined {
  if (input.name === 'none')
    return report.error('CDP2005', at(origin, 'name'), '"none" says that no purpose is needed', {
      expected: 'another name',
    })
  const entity = input.entity ?? onlyEntity(origin)
  if (entity === undefined) return undefined
  const { applies_to: appliesTo, default: held = 'denied', expires_after: expiresAfter } = input
  return { ...declaration(input, origin), entity, default: held, ...defined({ appliesTo, expiresAfter }) }
}

function buildConsent(
  { input, origin }: Collected<CollectedSections['consents'][number]['input']>,
  onlyEntity: OnlyEntity,
): Consent | undefined {
  if (input.enabled === false) return undefined
  const entity = input.entity ?? onlyEntity(origin)
  if (entity === undefined) return undefined
  const { from, of, purpose, granted } = input
  const named =
    typeof purpose === 'string'
      ? ({ kind: 'field', name: purpose } as const)
      : ({ kind: 'value', name: purpose.value } as const)
  return { origin, entity, from, of, purpose: named, granted, at: input.at }
}
