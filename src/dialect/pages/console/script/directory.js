// The names of all resellers within reach, asked for once and again when one has changed.

import { getAll, get, Refusal } from './api.js'

const keptMax = 5000
let known = null // { names, isBackground: as it was asked for, isThere }

function begin (isBackground) {
  const begun = { isBackground, isThere: false }
  begun.names = getAll('/resellers', 'resellers', {}, keptMax, { isBackground }).then(
    ({ all, isCut }) => {
      begun.isThere = true
      return Object.assign(new Map(all.map(it => [it.id, it])), { isCut })
    },
    error => {
      if (known === begun) known = null
      throw error
    }
  )
  return begun
}

export const directory = {
  // By id; `isCut`: there are more. Whoever has asked by hand does not wait for what was asked in the background: that brings
  // no way in when signed out.
  all ({ isBackground = false } = {}) {
    if (!known || (known.isBackground && !known.isThere && !isBackground)) known = begin(isBackground)
    return known.names
  },
  forget () {
    known = null
  },

  // Of more than are kept: asked for alone. Null: out of reach.
  async find (id, options = {}) {
    const found = (await this.all(options)).get(id)
    if (found) return found
    try {
      return await get(`/resellers/${id}`, {}, options)
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null
      throw error
    }
  }
}
