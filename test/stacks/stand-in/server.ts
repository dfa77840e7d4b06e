import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type handleUnaryCall,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceDefinition,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { type Kind, schemaOf } from './bindings.ts'
import { type Action, type StandInOptions, StandInProvider } from './provider.ts'
import { wireBlock } from './schema.ts'
import { type Fields, fieldsOf, readValue, type Value, writeValue } from './values.ts'

/** A provider of AWS that lives in this process, answers as AWS would, and makes nothing. */
export interface StandIn {
  /** For Terraform's environment: every `aws` provider is this one. */
  readonly env: Readonly<Record<string, string>>
  /** What was made, changed and removed so far. */
  readonly actions: readonly Action[]
  /** Milliseconds that reading the bindings took, all schemas together. */
  readonly schemaMs: number
  /** Lets Terraform know the types that these cdk.tf.json files use. */
  serve(...files: readonly string[]): Promise<void>
}

const proto = join(dirname(fileURLToPath(import.meta.url)), 'provider.proto')
const names = ['registry.terraform.io/hashicorp/aws', 'registry.opentofu.org/hashicorp/aws']

/** Runs `use` with a stand-in that listens on a socket of its own, and takes it down. */
export async function withStandIn<T>(
  options: StandInOptions,
  use: (standIn: StandIn) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'stand-in-'))
  const socket = join(dir, 'provider.sock')
  const session = new Session(new StandInProvider(options))
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 })
  server.addService(service(), session.handlers())
  try {
    await new Promise<void>((resolve, reject) =>
      server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      ),
    )
    return await use(session.standIn(socket))
  } finally {
    server.forceShutdown()
    await rm(dir, { recursive: true, force: true })
  }
}

function service(): ServiceDefinition {
  const definition = loadSync(proto, { keepCase: true, longs: Number, defaults: true })
  const loaded = loadPackageDefinition(definition) as unknown as {
    tfplugin5: { Provider: { service: ServiceDefinition } }
  }
  return loaded.tfplugin5.Provider.service
}

interface Request {
  readonly type_name: string
  readonly config?: { readonly msgpack: Uint8Array }
  readonly prior_state?: { readonly msgpack: Uint8Array }
  readonly proposed_new_state?: { readonly msgpack: Uint8Array }
  readonly planned_state?: { readonly msgpack: Uint8Array }
  readonly raw_state?: { readonly json: Uint8Array }
}

const wire = (value: Value) => ({ msgpack: writeValue(value) })
const read = (value: { readonly msgpack: Uint8Array } | undefined | null): Value => readValue(value?.msgpack)
const errors = (summaries: readonly string[]) => summaries.map((summary) => ({ severity: 1, summary }))

/** The protocol's verbs around one provider. */
class Session {
  readonly #provider: StandInProvider
  readonly #types: Record<'resource' | 'data', Set<string>> = { resource: new Set(), data: new Set() }
  readonly #broken: string[] = []
  #schemaMs = 0
  constructor(provider: StandInProvider) {
    this.#provider = provider
  }

  standIn(socket: string): StandIn {
    const session = this
    const address = { Network: 'unix', String: socket }
    const reattach = { Protocol: 'grpc', ProtocolVersion: 5, Pid: process.pid, Test: true, Addr: address }
    return {
      env: {
        TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(names.map((name) => [name, reattach]))),
      },
      actions: this.#provider.actions,
      get schemaMs() {
        return session.#schemaMs
      },
      serve: (...files) => session.#serve(files),
    }
  }

  async #serve(files: readonly string[]): Promise<void> {
    for (const file of files) {
      const json = JSON.parse(await readFile(file, 'utf8')) as Record<
        string,
        Record<string, unknown> | undefined
      >
      for (const kind of ['resource', 'data'] as const) {
        for (const type of Object.keys(json[kind] ?? {})) {
          // terraform_data and terraform_remote_state are Terraform's own.
          if (type.startsWith('aws_')) this.#types[kind].add(type)
        }
      }
    }
  }

  #schemas(): object {
    const started = performance.now()
    this.#broken.length = 0
    const all = (kind: 'resource' | 'data') =>
      Object.fromEntries([...this.#types[kind]].flatMap((type) => this.#schema(kind, type)))
    const response = {
      provider: { version: 0, block: wireBlock('aws', schemaOf('provider', 'aws')) },
      resource_schemas: all('resource'),
      data_source_schemas: all('data'),
      diagnostics: errors(this.#broken),
    }
    this.#schemaMs += performance.now() - started
    return response
  }

  /** A type that the bindings do not have is left out: Terraform itself then says that the provider lacks it. */
  #schema(kind: Kind, type: string): readonly (readonly [string, object])[] {
    try {
      return [[type, { version: 0, block: wireBlock(type, schemaOf(kind, type)) }]]
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (!message.includes('the AWS provider has no')) this.#broken.push(message)
      return []
    }
  }

  handlers(): Record<string, handleUnaryCall<Request, object>> {
    const provider = this.#provider
    const verdict = (problems: readonly string[]) => ({ diagnostics: errors(problems) })
    const config = (request: Request): Fields => fieldsOf(read(request.config))
    return {
      GetSchema: answer(() => this.#schemas()),
      PrepareProviderConfig: answer((request) => ({ prepared_config: request.config })),
      Configure: answer((request) => {
        provider.configure(config(request))
        return {}
      }),
      ValidateResourceTypeConfig: answer((r) => verdict(provider.validate(r.type_name, config(r)))),
      ValidateDataSourceConfig: answer(() => ({})),
      UpgradeResourceState: answer((r) => ({ state: { json: r.raw_state?.json } })),
      ReadResource: answer((r) => ({ state: wire(provider.read(r.type_name, read(r.config))) })),
      PlanResourceChange: answer((r) => {
        const plan = provider.plan(r.type_name, read(r.prior_state), read(r.proposed_new_state))
        const replace = plan.replace.map((name) => ({ steps: [{ attribute_name: name }] }))
        return { planned_state: wire(plan.state), requires_replace: replace }
      }),
      ApplyResourceChange: answer(async (r) => {
        const done = await provider.apply(r.type_name, read(r.prior_state), read(r.planned_state))
        return { new_state: wire(done.state), diagnostics: errors(done.problems) }
      }),
      ReadDataSource: answer((r) => ({ state: wire(provider.readData(r.type_name, config(r))) })),
      Stop: answer(() => ({})),
    }
  }
}

/** A handler whose failure is an error of the call, which Terraform shows. */
function answer(work: (request: Request) => object | Promise<object>): handleUnaryCall<Request, object> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => work(call.request))
      .then((response) => callback(null, response))
      .catch((error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null))
  }
}
