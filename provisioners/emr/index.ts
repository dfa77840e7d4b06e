/** The public interface of this folder. */
export { KINDS, type Kind, type ReportLine } from './draft.ts'
export { type ExtraVars, readExtraVars } from './extra-vars.ts'
export { checkLegacy, type Legacy, parseLegacy } from './legacy.ts'
export { LEGACY_KEYS, type LegacyKey } from './legacy-keys.ts'
export { JOBTRACKER_MOVED } from './properties-today.ts'
export { type Translated, translate } from './translate.ts'
export { nameOf, regionOf, subnetsOf } from './translate-infrastructure.ts'
export { type TranslateOptions, tidyName } from './translation.ts'
