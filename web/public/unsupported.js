// Runs only where the browser knows no modules: the application cannot start there.
;(function () {
  var box = document.getElementById('app')
  box.style.cssText = 'max-width:480px;margin:80px auto;padding:0 16px;font:14px/22px sans-serif;color:#1a2233'
  box.innerHTML =
    '<h1 style="font-size:18px">当前浏览器无法打开客户管理系统</h1>' +
    '<p>使用 360、搜狗等双核浏览器时,请点击地址栏右侧的图标切换到“极速模式”。</p>' +
    '<p>其他情况请升级到 Chrome 87、Edge 88、Firefox 79 或 Safari 14.1 以上的版本。</p>'
})()
