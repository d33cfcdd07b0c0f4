using System.CommandLine;
using System.Net;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Cli;

/// <summary>
/// <c>health</c>: asks the gateway that runs on this machine whether it is ready. For the health checks of containers, whose image has
/// neither a shell nor curl.
/// </summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    public static Command Create(CommandOutput output)
    {
        var config = new ConfigOption();
        var url = new Option<string?>("--url") { Description = "The gateway's address; else where 'serve' would listen.", HelpName = "URL" };
        var command = new Command("health", "Asks the gateway that runs here whether it is ready (GET /health), within four seconds. Fails if it is not.") { config, url };
        command.SetAction(async (result, cancellationToken) =>
        {
            if (Origin(result.GetValue(url), config.Settings(result)) is not { } origin)
            {
                await output.Error.WriteLineAsync("no address to ask: give one with --url http://127.0.0.1:12000");
                return ExitCode.Failure;
            }

            var (ready, answer) = await AskAsync(origin, cancellationToken);
            await (ready ? output.Out : output.Error).WriteLineAsync(answer);
            return ready ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    /// <summary>What answers there, in one line.</summary>
    internal static async Task<(bool Ready, string Answer)> AskAsync(Uri origin, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Limit };
        try
        {
            using var response = await client.GetAsync(new Uri(origin, "/health"), cancellationToken);
            var text = (await response.Content.ReadAsStringAsync(cancellationToken)).Trim();
            return (response.IsSuccessStatusCode, text.Length is > 0 and < 100 ? text : $"{(int)response.StatusCode}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (false, $"{origin} does not answer: {exception.GetBaseException().Message}");
        }
    }

    // Where the server listens on every address, this machine's own is one of them.
    private static Uri? Origin(string? asked, IConfiguration settings)
    {
        if (asked is not null)
            return Uri.TryCreate(asked, UriKind.Absolute, out var given) && given.Scheme is "http" or "https" ? given : null;
        var url = settings["urls"] is { Length: > 0 } urls
            ? urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[0]
            : ListenAddress.Of(ConfigFile.Locate(settings).Load().Config.Listener);
        var address = BindingAddress.Parse(url);
        if (address.IsUnixPipe)
            return null;
        var everywhere = address.Host is "*" or "+" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
        return new UriBuilder(address.Scheme, everywhere ? "127.0.0.1" : address.Host, address.Port).Uri;
    }
}
