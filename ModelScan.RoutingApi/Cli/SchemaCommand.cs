using System.CommandLine;
using ModelScan.RoutingApi.Configuration.Schema;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>schema</c>: the JSON schema of configuration files, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create(CommandOutput output)
    {
        var command = new Command("schema", "Writes the JSON schema of configuration files, by which editors complete and check them. "
            + "In a file beside a configuration, its first line '# yaml-language-server: $schema=FILE' names it.");
        command.SetAction(_ =>
        {
            output.Out.Write(ConfigSchema.Write());
            return ExitCode.Success;
        });
        return command;
    }
}
