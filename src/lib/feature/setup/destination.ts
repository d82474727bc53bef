/**
 * Where to go after signing in: a path of this origin, else the board. `//host` and `/\host` would be read as
 * another host by browsers, so neither passes.
 */
export function destination(to: string | null): string {
  return to !== null && /^\/(?![/\\])[\w\-./?=&%]*$/.test(to) && !to.startsWith('/sign-in') ? to : '/board';
}
