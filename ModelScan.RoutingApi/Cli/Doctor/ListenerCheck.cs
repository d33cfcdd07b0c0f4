using System.Net;
using System.Net.Sockets;

namespace ModelScan.RoutingApi.Cli.Doctor;

/// <summary>Whether the gateway could listen where it would.</summary>
internal static class ListenerCheck
{
    private const string Subject = "port";

    public static async Task<IReadOnlyList<Finding>> RunAsync(RoutingWithoutServer routing, IConfiguration settings, CancellationToken cancellationToken)
    {
        var urls = settings["urls"] is { Length: > 0 } asked ? asked : ListenAddress.Of(routing.Loaded.Config.Listener);
        try
        {
            ListenAddress.Check(urls);
        }
        catch (FormatException exception)
        {
            return [new Finding(Severity.Failure, Subject, exception.Message, "mend --urls or ASPNETCORE_URLS")];
        }

        return await Task.WhenAll(urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(url => LookAsync(routing.Services, url, cancellationToken)));
    }

    private static async Task<Finding> LookAsync(IServiceProvider services, string url, CancellationToken cancellationToken)
    {
        var address = BindingAddress.Parse(url);
        if (address.IsUnixPipe)
            return new Finding(Severity.Ok, Subject, $"{url} is no port");
        var host = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip
            : address.Host is "*" or "+" ? IPAddress.Any : IPAddress.Loopback;
        try
        {
            using var listener = new TcpListener(host, address.Port);
            listener.Start();
            return new Finding(Severity.Ok, Subject, $"{url} is free");
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            var reached = host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : host;
            return await IsGatewayAsync(services, new UriBuilder(address.Scheme, reached.ToString(), address.Port).Uri, cancellationToken)
                ? new Finding(Severity.Ok, Subject, $"{url} is taken by a gateway that runs")
                : new Finding(Severity.Failure, Subject, $"{url} is taken by another program", "end it, or choose another port with --urls or listeners[].port");
        }
        catch (SocketException exception)
        {
            return new Finding(Severity.Failure, Subject, $"{url}: {exception.Message}", "choose another address with --urls or listeners[]");
        }
    }

    // Of the gateway's own paths, the one that costs nothing.
    private static async Task<bool> IsGatewayAsync(IServiceProvider services, Uri origin, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("doctor");
            using var answer = await client.GetAsync(new Uri(origin, "/admin/mode"), HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
