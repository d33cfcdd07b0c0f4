using System.CommandLine;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>--config FILE</c> of the commands that look at what the gateway would serve with.</summary>
internal sealed class ConfigOption : Option<string?>
{
    public ConfigOption()
        : base("--config")
    {
        Description = "The configuration file; else the one that 'serve' would take.";
        HelpName = "FILE";
    }

    /// <summary>Settings as the gateway has them: <c>appsettings.json</c> beside the program (and that of the environment it runs in), the environment, and the file that was asked for.</summary>
    public IConfigurationRoot Settings(ParseResult result)
    {
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Production;
        var builder = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, $"appsettings.{environment}.json"), optional: true)
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddEnvironmentVariables();
        if (result.GetValue(this) is { } file)
            builder.AddInMemoryCollection([new("config", file)]);
        return builder.Build();
    }
}
