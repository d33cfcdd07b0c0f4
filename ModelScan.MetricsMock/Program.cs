await ModelScan.MetricsMock.MetricsMockHost.Build(args).RunAsync();
