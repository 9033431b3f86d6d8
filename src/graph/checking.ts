import type { ConnectorDescription } from '../connectors/description.js'
import type { Lexicon } from '../sql/lexer.js'
import type { Declarations } from './declarations.js'
import type { Edges } from './edges.js'
import type { Findings } from './findings.js'
import type { WrittenFragment } from './graph.js'

/** What checks of declarations share. */
export interface Checking {
  readonly declarations: Declarations
  readonly findings: Findings
  readonly lexicon: Lexicon
  readonly edges: Edges
  /** Collects the expressions that were checked. */
  readonly fragments: WrittenFragment[]
  /** What destinations can name, by name. */
  readonly connectors: ReadonlyMap<string, ConnectorDescription>
}
