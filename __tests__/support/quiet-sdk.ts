// Advice on Node.js versions is for those who call AWS; no test does.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
