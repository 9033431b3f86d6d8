import type { ConnectorDescription, OperationName } from '../connectors/description.js'
import { at, type Origin } from '../language/origin.js'
import { oneOf } from '../language/problem.js'
import { SYNC_MODES, type Sync } from '../language/sync.js'
import type { Checking } from './checking.js'
import { deletesBlindly, operationsOf } from './operations.js'

/** Whether the destination can do what the sync asks for, and whether the sync may ask for it. */
export function checkOperations(checking: Checking, sync: Sync, connector: ConnectorDescription): void {
  const { findings } = checking
  const { origin } = sync
  const { main } = operationsOf(sync, connector)
  const operation = connector.operations[main]
  if (!operation) {
    const possible = SYNC_MODES.filter(
      (mode) => connector.operations[operationsOf({ ...sync, mode }, connector).main] !== undefined,
    )
    findings.error('CDP3007', modePlace(sync), `${connector.title} cannot do "mode: ${sync.mode}"`, {
      expected: oneOf(possible),
    })
    return
  }
  checkOptIn(checking, sync, connector, main, modePlace(sync))
  if (sync.mode === 'mirror' && operation.kind === 'record' && !sync.onLeave)
    findings.error('CDP2002', origin, 'the key "on_leave" is missing', {
      expected: 'what becomes of a record that left: nothing, remove, delete, or { update: … }',
    })
  if (main === 'delete' && operation.kind === 'record' && !sync.allowDelete)
    findings.error('CDP3007', modePlace(sync), 'this deletes records that the sync did not create', {
      hint: 'if every record that is named may be deleted, say `allow_delete: true`',
    })
  checkLeaving(checking, sync, connector)
  if (sync.audience !== undefined && !connector.audiences)
    findings.error('CDP3007', at(origin, 'audience'), `${connector.title} has no audiences`, { which: 'key' })
  if (sync.audience?.includes('{{segment}}') && sync.from.kind !== 'segments')
    findings.error('CDP2006', at(origin, 'audience'), '{{segment}} is the name of a segment', {
      expected: 'from: { segments: [ … ] }',
    })
  sync.map
    .filter((field) => field.onlyIfEmpty && !operation.onlyIfEmpty)
    .forEach((field) => {
      findings.error(
        'CDP3007',
        at(field.origin, 'only_if_empty'),
        `${connector.title} cannot leave a field alone that has a value`,
        { which: 'key' },
      )
    })
}

function checkLeaving(checking: Checking, sync: Sync, connector: ConnectorDescription): void {
  const { leave, withdraw, main, isWhole } = operationsOf(sync, connector)
  const asked = [
    ...(leave.kind === 'remove' || leave.kind === 'delete' ? [['on_leave', leave.kind] as const] : []),
    ...(withdraw ? [['on_withdraw', withdraw] as const] : []),
  ]
  const said = sync.onLeave?.kind
  if (isWhole && (said === 'nothing' || said === 'update'))
    checking.findings.error(
      'CDP3007',
      at(sync.origin, 'on_leave'),
      `${connector.title} has what is synced and no more: it cannot do "on_leave: ${said}"`,
      { expected: oneOf(['remove', 'delete']) },
    )
  if (connector.delivery === 'snapshot') return
  for (const [key, operation] of asked) {
    const place = sync[key === 'on_leave' ? 'onLeave' : 'onWithdraw'] ? at(sync.origin, key) : modePlace(sync)
    if (!connector.operations[operation])
      checking.findings.error('CDP3007', place, `${connector.title} cannot do "${key}: ${operation}"`, {
        expected: oneOf(possibleWords(connector, key)),
      })
    else checkOptIn(checking, sync, connector, operation, place)
    const mainOperation = connector.operations[main]
    if (operation === 'delete' && mainOperation && deletesBlindly(sync, connector, mainOperation))
      checking.findings.error(
        'CDP3007',
        place,
        `${connector.title} does not say which records it created, so this could delete others`,
        { hint: 'if every record with such a key may be deleted, say `allow_delete: true`' },
      )
  }
}

function possibleWords(connector: ConnectorDescription, key: 'on_leave' | 'on_withdraw'): readonly string[] {
  const acts = (['unsubscribe', 'remove', 'delete'] as const).filter((name) => connector.operations[name])
  return key === 'on_leave'
    ? ['nothing', ...acts.filter((name) => name !== 'unsubscribe')]
    : ['nothing', 'suppress', ...acts]
}

function checkOptIn(
  { findings }: Checking,
  sync: Sync,
  connector: ConnectorDescription,
  name: OperationName,
  place: Origin,
): void {
  if (sync.allowOptIn || !connector.operations[name]?.optsIn) return
  findings.error('CDP3007', place, `"${name}" of ${connector.title} may subscribe people`, {
    hint: 'if they agreed to that, say `allow_opt_in: true`',
  })
}

function modePlace(sync: Sync): Origin {
  return at(sync.origin, 'mode')
}
