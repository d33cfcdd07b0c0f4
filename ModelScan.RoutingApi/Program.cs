using ModelScan.RoutingApi.Cli;

return await CommandLine.RunAsync(args, CommandOutput.OfProcess());
