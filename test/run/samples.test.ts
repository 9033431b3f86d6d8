import { expect, test } from 'vitest'
import { runProjectIn, writeProject } from '../project-run.js'

test('the sample of a refused value is that of the row whose key is shown', async () => {
  const folder = writeProject({
    'models/all.yml': `
entities:
  - { name: customer, identifiers: [{ name: email }], attributes: [{ name: age, type: integer }, { name: size, type: integer, pii: sensitive }] }
sources:
  - { name: people, file: people.csv, key: id, identifiers: [email], attributes: [age, size] }
`,
    'people.csv': 'id,email,age,size\n1,a@x.com,old,xl\n2,b@x.com,ancient,l\n3,c@x.com,7,\n',
  })
  const { result } = await runProjectIn(folder)
  expect(result?.measures['source.people']?.refused_values).toEqual([
    { column_name: 'age', rule: 'cast', row_count: '2', sample_value: 'old', sample_record_key: '1' },
    { column_name: 'size', rule: 'cast', row_count: '2', sample_value: '…', sample_record_key: '1' },
  ])
})
