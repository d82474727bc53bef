import type { Role } from '#lib/domain/api.ts';
import * as m from '#lib/paraglide/messages.js';

export const roleNames: Record<Role, () => string> = {
  owner: m.settings_role_owner,
  manager: m.settings_role_manager,
  member: m.settings_role_member
};
