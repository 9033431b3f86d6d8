import { posix } from 'node:path'
import { at } from '../language/origin.js'
import type { Sync } from '../language/sync.js'
import type { Checking } from './checking.js'
import { operationsOf } from './operations.js'

interface Writer {
  readonly sync: Sync
  readonly isWhole: boolean
}

/** A file that a sync writes as a whole is of that sync alone: another would undo its work with every run. */
export function checkSharedFiles({ declarations, connectors, findings }: Checking): void {
  const writers = new Map<string, Writer[]>()
  for (const sync of declarations.project.syncs) {
    const destination = declarations.destinations.get(sync.to)
    const connector = destination && connectors.get(destination.connector)
    const path = destination?.config.path
    if (connector?.delivery !== 'snapshot' || typeof path !== 'string') continue
    const file = posix.normalize(path)
    const { isWhole } = operationsOf(sync, connector)
    writers.set(file, [...(writers.get(file) ?? []), { sync, isWhole }])
  }
  for (const [file, [first, ...others]] of writers)
    for (const { sync, isWhole } of others) {
      if (!first || !(first.isWhole || isWhole)) continue
      findings.error('CDP3007', at(sync.origin, 'to'), `the sync ${first.sync.name} writes ${file} too`, {
        hint: 'give each a file of its own: what one writes, the other takes out again',
        related: [{ place: at(first.sync.origin, 'to'), message: 'the first' }],
      })
    }
}
