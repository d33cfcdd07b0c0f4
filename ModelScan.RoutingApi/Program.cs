await ModelScan.RoutingApi.GatewayHost.Build(args).RunAsync();
