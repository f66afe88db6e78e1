// Times as a person reads them: in the reader's zone or in UTC, the other one at hand.

import { words } from './words.js'
import { h } from './elements.js'

// Storage may be forbidden; then a choice lasts as long as the page.
export const remembered = {
  get: name => {
    try {
      return localStorage.getItem(`partnerd.${name}`)
    } catch {
      return null
    }
  },
  set: (name, value) => {
    try {
      localStorage.setItem(`partnerd.${name}`, value)
    } catch {}
  }
}

export const zone = {
  isUtc: remembered.get('zone') === 'utc',
  choose (isUtc) {
    this.isUtc = isUtc
    remembered.set('zone', isUtc ? 'utc' : 'local')
  },
  get name() {
    return this.isUtc ? words.zone.utc : Intl.DateTimeFormat().resolvedOptions().timeZone
  }
}

const inZone = (options, isUtc) => new Intl.DateTimeFormat(words.locale, { ...options, timeZone: isUtc ? 'UTC' : undefined })
const dayShape = { day: 'numeric', month: 'short', year: 'numeric' }
const longDayShape = { day: 'numeric', month: 'long' }
const timeShape = { ...dayShape, hour: '2-digit', minute: '2-digit' }
const exactShape = { ...timeShape, second: '2-digit', timeZoneName: 'short' }

const textOf = (instant, shape, isUtc = zone.isUtc) => inZone(shape, isUtc).format(new Date(instant))

// "3 March", with the year where it is another one.
export function dayInWords (instant, now = new Date()) {
  const date = new Date(instant)
  const isThisYear = textOf(date, { year: 'numeric' }) === textOf(now, { year: 'numeric' })
  return textOf(date, isThisYear ? longDayShape : { ...longDayShape, year: 'numeric' })
}

const timeElement = (instant, shape) =>
  h('time', { datetime: instant, title: textOf(instant, exactShape, !zone.isUtc) }, textOf(instant, shape))
export const moment = instant => (instant ? timeElement(instant, timeShape) : words.none)
export const day = instant => (instant ? timeElement(instant, dayShape) : words.none)
export const exactMoment = instant => (instant ? timeElement(instant, exactShape) : words.none)
export const momentText = instant => textOf(instant, timeShape)

export const later = (instant, seconds) => new Date(new Date(instant).getTime() + seconds * 1000).toISOString()

// For <input type="datetime-local">, in the zone that is shown.
export function toField (instant) {
  const date = new Date(instant)
  const offset = zone.isUtc ? 0 : date.getTimezoneOffset()
  return new Date(date.getTime() - offset * 60000).toISOString().slice(0, 16)
}

export function fromField (text) {
  const date = new Date(zone.isUtc ? text + 'Z' : text)
  return isNaN(date) ? null : date.toISOString()
}

export function afterMonths (instant, months) {
  const date = new Date(instant)
  const dayOfMonth = date.getUTCDate()
  date.setUTCMonth(date.getUTCMonth() + months)
  if (date.getUTCDate() !== dayOfMonth) date.setUTCDate(0) // 31 January and a month: the end of February
  return date.toISOString()
}
