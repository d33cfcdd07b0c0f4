using ModelScan.RoutingApi;
using ModelScan.RoutingApi.Configuration;

if (args is ["validate", var file])
    return ConfigValidation.Run(file, Console.Out, Console.Error);

try
{
    await GatewayHost.Build(args).RunAsync();
    return 0;
}
catch (InvalidConfigException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
