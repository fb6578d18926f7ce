// Blocking and static: the theme stands before the first paint, and the content policy allows no inline script.
;(function () {
  var choice = 'auto'
  try {
    choice = localStorage.getItem('crm:theme') || 'auto'
  } catch (error) {
    // Storage may be refused; the system's own choice is good enough then.
  }
  var system = window.matchMedia ? window.matchMedia('(prefers-color-scheme: dark)') : null
  function apply() {
    var dark = choice === 'dark' || (choice === 'auto' && system !== null && system.matches)
    document.documentElement.className = dark ? 'dark' : ''
  }
  window.crmTheme = {
    get: function () {
      return choice
    },
    set: function (next) {
      choice = next
      try {
        localStorage.setItem('crm:theme', next)
      } catch (error) {
        // Kept for this page only.
      }
      apply()
    },
  }
  if (system && system.addEventListener) system.addEventListener('change', apply)
  apply()
})()
