onSettingsReload((e) => {
  e.next();
  require(`${__hooks}/lib/settings.js`).apply(e.app);
});
routerUse((e) => require(`${__hooks}/lib/headers.js`).guard(e));
cronAdd('minute', '* * * * *', () => require(`${__hooks}/lib/upkeep.js`).eachMinute($app));
cronAdd('hour', '7 * * * *', () => require(`${__hooks}/lib/upkeep.js`).eachHour($app));
