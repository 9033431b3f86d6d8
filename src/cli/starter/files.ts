import { ENGINE_OPTIONS } from '../../engines/registry.js'
import { FILE_KINDS, jsonSchemaText } from '../../language/json-schema.js'
import { CUSTOMERS_CSV, ORDERS_CSV, WEB_VISITS_CSV } from './data.js'
import {
  ENTITIES_YML,
  GITIGNORE,
  MODEL_SQL,
  MODELS_YML,
  PROFILES_YML,
  README,
  SEGMENTS_YML,
  SOURCES_YML,
  TRAITS_YML,
} from './declarations.js'

/** A file of a new project. One that may be there already, and is then left as it is, is `optional`. */
export interface StarterFile {
  readonly path: string
  readonly text: string
  readonly optional?: true
}

/** A project that runs at once, under a name. They are texts of the program, so that the package needs no files beside it. */
export function starterFiles(name: string): readonly StarterFile[] {
  return [
    { path: 'profiles.yml', text: PROFILES_YML(name) },
    { path: 'models/sources.yml', text: SOURCES_YML },
    { path: 'models/entities.yml', text: ENTITIES_YML },
    { path: 'models/traits.yml', text: TRAITS_YML },
    { path: 'models/segments.yml', text: SEGMENTS_YML },
    { path: 'models/models.yml', text: MODELS_YML },
    { path: 'models/revenue_by_country.sql', text: MODEL_SQL },
    { path: 'data/shop_customers.csv', text: CUSTOMERS_CSV },
    { path: 'data/orders.csv', text: ORDERS_CSV },
    { path: 'data/web_visits.csv', text: WEB_VISITS_CSV },
    ...FILE_KINDS.map((kind) => ({
      path: `schemas/${kind}.schema.json`,
      text: jsonSchemaText(kind, ENGINE_OPTIONS),
    })),
    { path: '.gitignore', text: GITIGNORE, optional: true },
    { path: 'README.md', text: README(name), optional: true },
  ]
}
