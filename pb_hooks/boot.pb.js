onSettingsReload((e) => {
  e.next();
  require(`${__hooks}/lib/settings.js`).apply(e.app);
});
routerUse((e) => require(`${__hooks}/lib/headers.js`).guard(e));
