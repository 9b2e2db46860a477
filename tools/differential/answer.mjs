// Answers cases of `drill decide` with @cloud-copilot/iam-simulate: JSONL in, JSONL out.
// Started by compare.py as a process of its own; the folder that holds the package is its argument.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const require = createRequire(process.argv[2] + '/')
const { anonymousPrincipal, runSimulation } = require('@cloud-copilot/iam-simulate')

const named = (list, kind) =>
  (list ?? []).map((policy, index) => ({ name: `${kind}${index}`, policy }))
const levels = (list) =>
  (list ?? []).map((level, index) => ({
    orgIdentifier: `level${index}`,
    policies: named(level, `level${index}.`)
  }))

const simulation = ({ request, ...policies }) => ({
  request: {
    principal: request.principal ?? anonymousPrincipal,
    action: request.action,
    resource: { resource: request.resource, accountId: request.resourceAccount },
    contextVariables: request.context ?? {}
  },
  identityPolicies: named(policies.identityPolicies, 'identity'),
  permissionBoundaryPolicies: policies.permissionBoundaries?.length
    ? named(policies.permissionBoundaries, 'boundary')
    : undefined,
  sessionPolicy: policies.sessionPolicy,
  resourcePolicy: policies.resourcePolicy,
  serviceControlPolicies: levels(policies.scps),
  resourceControlPolicies: levels(policies.rcps),
  vpcEndpointPolicies: policies.endpointPolicies?.length
    ? named(policies.endpointPolicies, 'endpoint')
    : undefined,
  additionalSettings: { s3: { blockPublicAccess: Boolean(policies.blockPublicAccess) } }
})

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  let answer
  try {
    const ran = await runSimulation(simulation(asked), {})
    answer =
      ran.resultType === 'error'
        ? { error: ran.errors.message, details: ran.errors }
        : { result: ran.overallResult, ignored: ran.result?.ignoredContextKeys ?? [] }
  } catch (error) {
    answer = { error: String(error) }
  }
  process.stdout.write(JSON.stringify({ id: asked.id, ...answer }) + '\n')
}
