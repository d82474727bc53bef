import { children, content, inner, list, raw, Tag, type Element } from '../asn1/ber.ts';
import { sequence, tagged, taggedPrimitive } from '../asn1/der.ts';
import { readOid, readText } from '../asn1/values.ts';
import { decodeLatin1 } from '../bytes/latin1.ts';
import { parseName, type Name } from './name.ts';
import { Oid } from './oid.ts';

/** GeneralName (RFC 5280 §4.2.1.6), the forms that are compared; others keep their bytes. */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly value: string }
  /** Address, or address and mask in name constraints: 4, 16 or 8, 32 octets. */
  | { readonly kind: 'ip'; readonly value: Uint8Array }
  | { readonly kind: 'directory'; readonly value: Name }
  | { readonly kind: 'other'; readonly value: Uint8Array };

export function parseGeneralName(element: Element): GeneralName {
  switch (element.tag) {
    case 0x81:
      return { kind: 'email', value: decodeLatin1(content(element)) };
    case 0x82:
      return { kind: 'dns', value: decodeLatin1(content(element)) };
    case 0x86:
      return { kind: 'uri', value: decodeLatin1(content(element)) };
    case 0x87:
      return { kind: 'ip', value: content(element) };
    case 0xa4:
      return { kind: 'directory', value: parseName(inner(element)) };
    case 0xa0: {
      const [type, value] = children(element);
      if (type?.tag === Tag.oid && readOid(type) === Oid.smtpUtf8Mailbox && value !== undefined) {
        return { kind: 'email', value: readText(inner(value)) };
      }
      return { kind: 'other', value: raw(element) };
    }
    default:
      return { kind: 'other', value: raw(element) };
  }
}

/** GeneralNames: the contents of subjectAltName. */
export function parseGeneralNames(element: Element, tag: number = Tag.sequence): GeneralName[] {
  return list(element, tag).map(parseGeneralName);
}

/** NameConstraints (RFC 5280 §4.2.1.10). */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

export function parseNameConstraints(element: Element): NameConstraints {
  const permitted: GeneralName[] = [];
  const excluded: GeneralName[] = [];
  for (const side of list(element)) {
    const into = side.tag === 0xa0 ? permitted : excluded;
    for (const subtree of children(side)) {
      const [base] = list(subtree);
      if (base !== undefined) into.push(parseGeneralName(base));
    }
  }
  return { permitted, excluded };
}

/**
 * The constraints of our authorities (`security.md` §4): no host name, no IP address, so that nothing under
 * the root can ever serve TLS to somebody who trusts it.
 */
export function encodeNoHosts(): Uint8Array {
  const subtree = (tag: number, value: Uint8Array): Uint8Array => sequence(taggedPrimitive(tag, value));
  return sequence(
    tagged(1, subtree(2, new Uint8Array(0)), subtree(7, new Uint8Array(8)), subtree(7, new Uint8Array(32)))
  );
}

function inDomain(name: string, constraint: string): boolean {
  const host = name.toLowerCase();
  const base = constraint.toLowerCase();
  if (base === '') return true;
  return base.startsWith('.') ? host.endsWith(base) : host === base || host.endsWith(`.${base}`);
}

function inMailDomain(address: string, constraint: string): boolean {
  const base = constraint.toLowerCase();
  if (base.includes('@')) return address.toLowerCase() === base;
  const host = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return base === '' || (base.startsWith('.') ? host.endsWith(base) : host === base);
}

function inNetwork(address: Uint8Array, constraint: Uint8Array): boolean {
  const size = address.length;
  if (constraint.length !== 2 * size) return false;
  return address.every((byte, i) => {
    const mask = constraint[size + i] ?? 0;
    return (byte & mask) === ((constraint[i] ?? 0) & mask);
  });
}

function under(name: Name, base: Name): boolean {
  return base.attributes.every((attribute, i) => {
    const mine = name.attributes[i];
    return (
      mine !== undefined &&
      mine.oid === attribute.oid &&
      mine.value.toLowerCase() === attribute.value.toLowerCase()
    );
  });
}

function matches(name: GeneralName, constraint: GeneralName): boolean {
  if (name.kind === 'dns' && constraint.kind === 'dns') return inDomain(name.value, constraint.value);
  if (name.kind === 'email' && constraint.kind === 'email') return inMailDomain(name.value, constraint.value);
  if (name.kind === 'ip' && constraint.kind === 'ip') return inNetwork(name.value, constraint.value);
  if (name.kind === 'directory' && constraint.kind === 'directory')
    return under(name.value, constraint.value);
  if (name.kind === 'uri' && constraint.kind === 'uri') {
    const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:]*)/i.exec(name.value)?.[1] ?? '';
    return constraint.value.startsWith('.')
      ? host.toLowerCase().endsWith(constraint.value.toLowerCase())
      : constraint.value === '' || host.toLowerCase() === constraint.value.toLowerCase();
  }
  return false;
}

/** Names of one kind that this program cannot compare: they count as excluded, never as permitted. */
function isUnreadable(name: GeneralName, constraint: GeneralName): boolean {
  return name.kind === 'other' && constraint.kind === 'other' && name.value[0] === constraint.value[0];
}

/** Whether the constraints of an authority let one name pass (RFC 5280 §6.1.3 (b), (c)). */
export function permits(constraints: NameConstraints, name: GeneralName): boolean {
  if (constraints.excluded.some((base) => matches(name, base) || isUnreadable(name, base))) return false;
  const sameKind = constraints.permitted.filter((base) => base.kind === name.kind);
  return sameKind.length === 0 || sameKind.some((base) => matches(name, base));
}
