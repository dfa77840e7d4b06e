/** Names that several files of this service use. */

export const COMPONENT = 'users'

/** Members may do anything by sudo; the name is edX's. */
export const ADMIN_GROUP = 'edxadmin'

export const SUDOERS_DIR = '/etc/sudoers.d'
export const ADMIN_RULES = `${SUDOERS_DIR}/${ADMIN_GROUP}`

/**
 * The prefix of files with the rules of one user. It also identifies those of users who are no longer in cluster.yml.
 */
export const RULES_PREFIX = 'howdah-user-'
export const rulesPath = (name: string): string => `${SUDOERS_DIR}/${RULES_PREFIX}${name}`

export const homeOf = (name: string): string => `/home/${name}`

export const RESTRICTED_SHELL = '/bin/rbash'
export const SHELL = '/bin/bash'

/** The directories of administration tools, which may not be in the PATH of sudo. */
export const SBIN = 'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin'

/** Checks a file of sudoers, and prints nothing when it is valid; `{}` is its path. */
export const VISUDO = `env "${SBIN}" visudo -cqf {}`

/**
 * `howdah_as NAME`: runs the script on its stdin as that user. In a home that belongs to a user, the user could replace
 * a file of root with a link to another place. So root writes nothing there.
 */
export const AS_USER = `
howdah_as() {
  setpriv --reuid "$(id -u "$1")" --regid "$(id -g "$1")" --init-groups -- \\
    env -i PATH=/usr/bin:/bin LC_ALL=C sh -c 'cd /; eval "$(cat)"'
}
`.trim()
