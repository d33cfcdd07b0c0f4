using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ModelScan.RoutingApi.Cli.Launch;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>launch</c>: starts a coding agent so that it asks the gateway, and ends as it ends.</summary>
internal static class LaunchCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static Command Create(CommandOutput output)
    {
        var agent = new Argument<string>("agent") { Description = string.Join(" or ", LaunchableAgent.All.Select(known => known.Name)) + "." };
        var arguments = new Argument<string[]>("arguments") { Description = "Passed on to the agent; behind -- where they begin with a hyphen.", Arity = ArgumentArity.ZeroOrMore };
        var url = new Option<string>("--url") { Description = "The gateway's address; http://127.0.0.1:12000 if left out.", HelpName = "URL" };
        var key = new Option<string>("--key") { Description = "What the agent sends as its key, for a gateway that wants one.", HelpName = "KEY" };
        var login = new Option<bool>("--own-login") { Description = "The agent keeps the key or login that it has, for providers with passthrough_auth." };
        var model = new Option<string>("--model") { Description = "The model that it asks for, such as modelscan/auto.", HelpName = "MODEL" };
        var small = new Option<string>("--small-model") { Description = "The model for its background work (claude).", HelpName = "MODEL" };
        var program = new Option<string>("--program") { Description = "The agent's program; its name if left out.", HelpName = "PATH" };
        var print = new Option<bool>("--print-env") { Description = "Starts nothing; writes what a shell has to know: eval \"$(modelscan launch claude --print-env)\"." };
        var command = new Command("launch", "Starts a coding agent with the environment by which it asks the gateway; its arguments and its exit code pass.")
        {
            agent, arguments, url, key, login, model, small, program, print,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var name = result.GetRequiredValue(agent);
            if (LaunchableAgent.All.FirstOrDefault(known => known.Name == name) is not { } chosen)
                return await FailAsync(output, ExitCode.Usage, $"unknown agent '{name}': {string.Join(" or ", LaunchableAgent.All.Select(known => known.Name))}");
            var address = result.GetValue(url) ?? "http://127.0.0.1:12000";
            if (!Uri.TryCreate(address, UriKind.Absolute, out var gateway) || gateway.Scheme is not ("http" or "https"))
                return await FailAsync(output, ExitCode.Usage, $"--url: '{address}' is no http or https address");
            var settings = new LaunchSettings(
                gateway, result.GetValue(login) ? null : result.GetValue(key) ?? LaunchableAgent.NoKey, result.GetValue(model), result.GetValue(small));
            if (result.GetValue(print))
                return Print(output, chosen, settings);
            if (!await AnswersAsync(settings.Gateway, cancellationToken))
                return await FailAsync(output, ExitCode.Failure, $"no gateway answers at {settings.Address}: start one with 'modelscan serve', or name another with --url");
            return await RunAsync(output, chosen, settings, result.GetValue(program) ?? chosen.Name, result.GetValue(arguments) ?? [], cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandOutput output, LaunchableAgent agent, LaunchSettings settings, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, [.. agent.Arguments(settings), .. arguments]) { UseShellExecute = false };
        foreach (var (name, value) in agent.Environment(settings))
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        if (settings.Gateway.IsLoopback)
            start.Environment["NO_PROXY"] = WithLoopback(start.Environment.TryGetValue("NO_PROXY", out var proxies) ? proxies : null);

        // Ctrl+C is the agent's: whoever sits at the terminal speaks to it, and it ends when it likes.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true);
        try
        {
            using var process = Process.Start(start)!;
            using var end = cancellationToken.Register(static state => End((Process)state!), process);
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode;
        }
        catch (Win32Exception exception)
        {
            return await FailAsync(output, ExitCode.Failure, $"'{program}' cannot be started ({exception.Message}); to get it: {agent.Install}");
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static async Task<bool> AnswersAsync(Uri gateway, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(new Uri(gateway, "/healthz"), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static int Print(CommandOutput output, LaunchableAgent agent, LaunchSettings settings)
    {
        foreach (var (name, value) in agent.Environment(settings))
            output.Out.WriteLine(value is null ? $"unset {name}" : $"export {name}={Quoted(value)}");
        if (agent.Arguments(settings) is { Count: > 0 } arguments)
            output.Out.WriteLine($"alias {agent.Name}={Quoted($"{agent.Name} {string.Join(' ', arguments.Select(Quoted))}")}");
        return ExitCode.Success;
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string WithLoopback(string? hosts) => string.IsNullOrEmpty(hosts) ? "127.0.0.1,localhost" : $"{hosts},127.0.0.1,localhost";

    private static async Task<int> FailAsync(CommandOutput output, int code, string problem)
    {
        await output.Error.WriteLineAsync(problem);
        return code;
    }
}
