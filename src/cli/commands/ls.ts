import { selectNodes } from '../../graph/select.js'
import { type CommandSpec, isJson, listOption } from '../command.js'
import { isUsable, loadProject } from '../load-project.js'
import { projectOptions, selectOption } from '../options.js'
import { printJson, refuseProject } from '../print.js'
import { EXIT } from '../terminal.js'

export const ls: CommandSpec = {
  name: 'ls',
  summary: 'list the nodes of the graph, in the order in which they run',
  options: [...projectOptions, selectOption],
  examples: [
    { command: 'cdp ls', does: 'all of them' },
    { command: 'cdp ls --select +lapsed_vip', does: 'a segment and all that it is made from' },
    { command: 'cdp ls --select tag:pii,kind:source', does: 'sources with a tag' },
  ],
  run: async (invocation) => {
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const selected = selectNodes(loaded.graph, listOption(invocation, 'select'))
    const nodes = loaded.graph.nodes.filter((node) => selected.has(node.id))
    if (isJson(invocation)) {
      printJson(
        invocation.terminal,
        nodes.map(({ id, kind, name, description, tags, inputs }) => ({
          id,
          kind,
          name,
          ...(description !== undefined && { description }),
          tags,
          inputs,
        })),
      )
    } else invocation.terminal.out(nodes.map((node) => `${node.id}\n`).join(''))
    return EXIT.ok
  },
}
