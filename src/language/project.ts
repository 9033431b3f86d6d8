import type { Consent, Purpose } from './consent.js'
import type { Destination } from './destination.js'
import type { Entity } from './entity.js'
import type { Macro, Model } from './model.js'
import type { Override } from './override.js'
import type { Settings } from './profiles.js'
import type { Segment } from './segment.js'
import type { Source } from './source.js'
import type { Sync } from './sync.js'
import type { Trait } from './trait.js'

/** A whole project as plain data: shapes checked, sugar expanded, names not yet resolved. */
export interface Project {
  readonly settings: Settings
  readonly sources: readonly Source[]
  readonly entities: readonly Entity[]
  readonly models: readonly Model[]
  readonly macros: readonly Macro[]
  readonly traits: readonly Trait[]
  readonly segments: readonly Segment[]
  readonly overrides: readonly Override[]
  readonly purposes: readonly Purpose[]
  readonly consents: readonly Consent[]
  readonly destinations: readonly Destination[]
  readonly syncs: readonly Sync[]
}
