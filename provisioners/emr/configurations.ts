import type { LegacyConfiguration } from './legacy-schema.ts'

/** A classification of EMR, which can be changed until it is written. */
export interface Classification {
  classification: string
  properties?: Record<string, string>
  configurations?: Classification[]
}

/** Collects properties by classification, since EMR accepts each classification once. */
export class Configurations {
  readonly all: Classification[] = []

  /** The index of a classification in the list, which is added when it is missing. */
  at(classification: string): number {
    const i = this.all.findIndex((one) => one.classification === classification)
    return i >= 0 ? i : this.all.push({ classification }) - 1
  }

  /** The value of a property; undefined when it is not set. */
  get(classification: string, name: string): string | undefined {
    return this.all.find((one) => one.classification === classification)?.properties?.[name]
  }

  /** Sets a property; returns its former value. */
  set(classification: string, name: string, value: string): string | undefined {
    return setIn(this.all[this.at(classification)] as Classification, name, value)
  }

  /** Sets an environment variable, which is in `export` inside the classification. */
  setExport(classification: string, name: string, value: string): void {
    const holder = this.all[this.at(classification)] as Classification
    holder.configurations ??= []
    let inner = holder.configurations.find((one) => one.classification === 'export')
    if (inner === undefined) {
      inner = { classification: 'export' }
      holder.configurations.push(inner)
    }
    setIn(inner, name, value)
  }

  /** Merges a whole configuration into the list. */
  add(given: LegacyConfiguration): void {
    mergeInto(this.all, given)
  }
}

function setIn(holder: Classification, name: string, value: string): string | undefined {
  holder.properties ??= {}
  const before = holder.properties[name]
  holder.properties[name] = value
  return before
}

function mergeInto(list: Classification[], given: LegacyConfiguration): void {
  let holder = list.find((one) => one.classification === given.classification)
  if (holder === undefined) {
    holder = { classification: given.classification }
    list.push(holder)
  }
  for (const [name, value] of Object.entries(given.properties ?? {})) setIn(holder, name, value)
  for (const inner of given.configurations ?? []) {
    holder.configurations ??= []
    mergeInto(holder.configurations, inner)
  }
}
