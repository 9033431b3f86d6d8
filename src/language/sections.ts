import { z } from 'zod'
import type { NameKind } from './broken-names.js'
import { consentSchema, purposeSchema } from './consent.js'
import { destinationSchema } from './destination.js'
import { entitySchema } from './entity.js'
import { modelSchema } from './model.js'
import { overrideSchema } from './override.js'
import { testSchema } from './project-test.js'
import { relationSchema } from './relation.js'
import { segmentSchema } from './segment.js'
import { mapping } from './shapes.js'
import { sourceSchema } from './source.js'
import { syncSchema } from './sync.js'
import { traitSchema } from './trait.js'

/** The sections of `models/**\/*.yml`: the schema of an item, and what its name is a name of. */
export const SECTIONS = {
  sources: { schema: sourceSchema, kind: 'source', built: true },
  entities: { schema: entitySchema, kind: 'entity', built: true },
  models: { schema: modelSchema, kind: 'model', built: true },
  traits: { schema: traitSchema, kind: 'trait', built: true },
  segments: { schema: segmentSchema, kind: 'segment', built: true },
  overrides: { schema: overrideSchema, kind: 'override', built: true },
  relations: { schema: relationSchema, kind: 'relation', built: false },
  destinations: { schema: destinationSchema, kind: 'destination', built: true },
  purposes: { schema: purposeSchema, kind: 'purpose', built: true },
  consents: { schema: consentSchema, kind: 'consent', built: true },
  syncs: { schema: syncSchema, kind: 'sync', built: true },
  tests: { schema: testSchema, kind: 'test', built: false },
  journeys: { schema: z.unknown().meta({ description: 'Reserved.' }), kind: 'journey', built: false },
} as const satisfies Record<string, { schema: z.ZodType; kind: NameKind; built: boolean }>

export type Section = keyof typeof SECTIONS
export const SECTION_NAMES = Object.keys(SECTIONS) as readonly Section[]

/** A whole file, for editors; the parser checks item by item. */
export const modelsFileSchema = mapping({
  sources: z.array(sourceSchema).optional().describe('Where rows come from.'),
  entities: z.array(entitySchema).optional().describe('Who the rows are about.'),
  models: z
    .array(modelSchema)
    .optional()
    .describe('SQL where SQL is better: what is to be known besides the files.'),
  traits: z.array(traitSchema).optional().describe('What is computed about an entity.'),
  segments: z.array(segmentSchema).optional().describe('Who is in.'),
  overrides: z.array(overrideSchema).optional().describe('What people decided.'),
  relations: z.array(relationSchema).optional().describe('How entities hang together. Not built yet.'),
  destinations: z.array(destinationSchema).optional().describe('Where results are sent.'),
  purposes: z.array(purposeSchema).optional().describe('What data may be used for.'),
  consents: z.array(consentSchema).optional().describe('Where decisions are recorded.'),
  syncs: z.array(syncSchema).optional().describe('What is sent where.'),
  tests: z.array(testSchema).optional().describe('What must hold. Not built yet.'),
  journeys: z.array(z.unknown()).optional().describe('Reserved.'),
})
