/** Words of English and German schemas that stand for personal data, by kind. A guess that people look at: it decides nothing. */
export interface PersonalKind {
  readonly kind: string
  /** Whole words of a column's name, in their order. */
  readonly words: readonly string[]
  /** Long enough to mean the same within a word, as German compounds have it. */
  readonly within: readonly string[]
  /** What beside texts its values may be. A number or a time of another kind is about it, and is not it. */
  readonly alsoAs: readonly ('number' | 'time')[]
}

const kind = (name: string, words: string, within: string, alsoAs: PersonalKind['alsoAs'] = []): PersonalKind => ({
  kind: name,
  words: listed(words),
  within: listed(within),
  alsoAs,
})

const listed = (text: string): readonly string[] => text.split(',').flatMap((one) => one.trim() || [])

/** The first that fits is taken: an e-mail address is no address. */
export const personalKinds: readonly PersonalKind[] = [
  kind('email', 'email, e mail, mail, emails, mail address', 'emailadr, emailaddr, mailadresse'),
  kind('ip address', 'ip, ipv, ip address, ip addr, ipaddress, remote addr', 'ipadresse'),
  kind(
    'phone',
    'phone, telephone, mobile, mobile number, fax, tel, tel no, telefon, handy, mobil, festnetz, msisdn',
    'telefon, telephone, phonenumber, handynummer, handynr, faxnummer, mobilnummer',
    ['number'],
  ),
  kind(
    'birth date',
    'birth, birthday, birthdate, dob, born, born on, born at, geb, gebdat, geb dat, geburt',
    'geburtsdat, geburtstag, birthdate, birthday',
    ['number', 'time'],
  ),
  kind(
    'name',
    'first name, last name, full name, family name, middle name, maiden name, given name, fname, lname, forename, fullname, customer name, contact name, user name, username, person name, kunden name',
    'vorname, nachname, familienname, geburtsname, kundenname, firstname, lastname, middlename, surname',
  ),
  kind(
    'address',
    'street, address, addr, adresse, anschrift, house number, house no, hausnr, hausnummer, address line',
    'strasse, anschrift, adresse, streetaddress',
  ),
  kind(
    'bank account',
    'iban, bank account, account holder, credit card, card number, card no, kontonr, konto nr, kontoinhaber',
    'kontonummer, kreditkart, bankverbindung',
    ['number'],
  ),
  kind(
    'identity number',
    'ssn, social security, social security number, tax id, tax number, passport, passport number, passport no, national id, nino, svnr, ahv, ahvnr, steuer id, steuerid, steuer nr, ausweis, ausweisnr',
    'steuernummer, sozialversicherungsn, ausweisnummer, reisepass, personalausweis, ahvnummer, fuehrerschein',
    ['number'],
  ),
  kind('gender', 'gender, sex, geschlecht', ''),
  kind('secret', 'password, passwd, pwd, passwort, kennwort, password hash', 'passwort, kennwort'),
]

/** Tables of persons, of which a `name` is that of one. */
export const personTables: ReadonlySet<string> = new Set(
  listed(
    'customer, customers, cust, user, users, person, persons, people, contact, contacts, employee, employees, patient, patients, member, members, guest, guests, kunde, kunden, benutzer, mitarbeiter, personen, patienten, kontakt, kontakte, mitglied, mitglieder, gast, ansprechpartner',
  ),
)

/** With one of these at the end a name is about personal data, and its column holds none. */
export const aboutWords: ReadonlySet<string> = new Set(
  listed(
    'id, flag, flg, count, cnt, type, typ, kind, status, state, code, cd, verified, confirmed, valid, sent, at, on, opt, enabled, total, amount, version, template, subject, locale, lang, anzahl, art, kennz',
  ),
)
