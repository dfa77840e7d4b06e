/** Names that several files of this service use. */
export const COMPONENT = 'firewall'
export const UNIT = 'howdah-firewall'
export const TABLE = 'howdah'

/** Id of the firewall among the resources of a host. */
export const FIREWALL_ID = 'firewall:howdah'

export const ETC = '/etc/howdah/firewall'
export const RULES = `${ETC}/rules.nft`
export const UNIT_FILE = `/etc/systemd/system/${UNIT}.service`
/** What was loaded: the hash of the rules, and of the table as the kernel lists it. Gone after a boot, like the table. */
export const RECORD = '/run/howdah/firewall'
