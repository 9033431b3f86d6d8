import { answer, type Fate, reset, type SentBatch, silence } from '../receiver.js'

/** What a server does on a bad day; `kill` ends the run that is asking, `stop` makes it pause for longer than its lease. */
export function badDay(
  random: () => number,
  { kill, stop }: { readonly kill: () => void; readonly stop: () => void },
): (batch: SentBatch) => Fate {
  const then =
    (ending: () => void, next: NonNullable<Fate['after']>): NonNullable<Fate['after']> =>
    (response, request) => {
      ending()
      next(response, request)
    }
  return ({ rows }) => {
    const dice = random()
    if (dice < 0.07) return { before: then(kill, reset) }
    if (dice < 0.17) return { after: then(kill, reset) }
    if (dice < 0.24) return { after: then(kill, answer(200, '{}')) }
    if (dice < 0.27) return { after: then(stop, answer(200, '{}')) }
    if (dice < 0.32) return { before: answer(500) }
    if (dice < 0.37) return { after: answer(502, '<html>Bad gateway</html>') }
    if (dice < 0.4) return { before: answer(429, '', { 'retry-after': '1' }) }
    if (dice < 0.43) return { before: reset }
    if (dice < 0.48) return { after: reset }
    if (dice < 0.49) return { after: silence(1500) }
    if (dice < 0.51) return { before: answer(400, 'no') }
    if (dice < 0.58) return { refused: rows.filter(() => random() < 0.3).map(({ key }) => key) }
    return {}
  }
}
