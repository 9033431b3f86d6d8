import { at } from '../language/origin.js'
import type { Sync } from '../language/sync.js'
import { checkMap } from './check-sync-fields.js'
import { checkOperations } from './check-sync-operations.js'
import { checkSyncPurpose } from './check-sync-purpose.js'
import type { Checking } from './checking.js'
import { syncedBy } from './synced.js'

/** What a sync reads, where it writes, and whether one can be done with the other. */
export function checkSync(checking: Checking, sync: Sync): void {
  const { declarations, findings, connectors } = checking
  resolveFrom(checking, sync)
  const destination = declarations.destinations.get(sync.to)
  if (!destination)
    findings.unknown(at(sync.origin, 'to'), {
      kind: 'destination',
      name: sync.to,
      candidates: [...declarations.destinations.keys()],
    })
  const connector = destination && connectors.get(destination.connector)
  const synced = syncedBy(sync, declarations.project)
  if (synced) checkMap(checking, sync, synced, connector)
  if (synced) checkSyncPurpose(checking, sync, synced, connector)
  if (connector) checkOperations(checking, sync, connector)
}

/** Edges to what is read, and names that are not there. */
function resolveFrom(checking: Checking, sync: Sync): void {
  const { declarations, edges } = checking
  const { from, origin } = sync
  const id = `sync.${sync.name}`
  const place = at(origin, 'from')
  switch (from.kind) {
    case 'model':
      if (declarations.models.has(from.model)) edges.add(id, `model.${from.model}`, at(place, 'model'))
      else unknown(checking, 'model', from.model, at(place, 'model'), declarations.models)
      return
    case 'profiles':
    case 'events':
      if (declarations.entities.has(from.entity))
        edges.add(
          id,
          `${from.kind === 'events' ? 'identity' : 'traits'}.${from.entity}`,
          at(place, from.kind),
        )
      else unknown(checking, 'entity', from.entity, at(place, from.kind), declarations.entities)
      return
    case 'segments':
      resolveSegments(checking, sync, from.segments, from.several)
  }
}

function resolveSegments(
  checking: Checking,
  sync: Sync,
  segments: readonly string[],
  several: boolean,
): void {
  const { declarations, edges, findings } = checking
  const first = declarations.segments.get(segments[0] ?? '')
  segments.forEach((name, index) => {
    const place = several ? at(sync.origin, 'from', 'segments', index) : at(sync.origin, 'from', 'segment')
    const segment = declarations.segments.get(name)
    if (!segment) unknown(checking, 'segment', name, place, declarations.segments)
    else edges.add(`sync.${sync.name}`, `segment.${name}`, place)
    if (segment && first && segment.entity !== first.entity)
      findings.error('CDP3004', place, `the members of ${name} are of ${segment.entity}`, {
        expected: `segments of ${first.entity}, as ${first.name} is`,
      })
  })
}

function unknown(
  { findings }: Checking,
  kind: 'model' | 'entity' | 'segment',
  name: string,
  place: ReturnType<typeof at>,
  known: ReadonlyMap<string, unknown>,
): void {
  findings.unknown(place, { kind, name, candidates: [...known.keys()] })
}
