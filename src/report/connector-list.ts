import { table } from './table.js'

/** A connector as `cdp connector list` names it. */
export interface ListedConnector {
  readonly name: string
  readonly title: string
  readonly category: 'marketing' | 'other'
  /** Rows can be put into lists by name. */
  readonly audiences: boolean
  readonly operations: readonly string[]
  /** `cdp`, `built in`, or the file of the project. */
  readonly from: string
}

/** Connectors, a line each, by name. */
export function connectorListText(connectors: readonly ListedConnector[]): string {
  const sorted = [...connectors].sort((a, b) => (a.name < b.name ? -1 : 1))
  const rows = sorted.map(({ name, title, category, audiences, operations, from }) => [
    name,
    title,
    [...(category === 'marketing' ? ['purpose'] : []), ...(audiences ? ['audiences'] : [])].join(', '),
    operations.join(' '),
    from,
  ])
  const columns = ['connector', 'speaks to', 'takes', 'operations', 'from'].map((title) => ({ title }))
  return `${table(columns, rows)}\n`
}
