using System.Net.Sockets;
using Aspire.Hosting.Testing;

namespace ModelScan.Tests.Integration;

public sealed class AppHostShutdownTests
{
    [Fact]
    public async Task Dispose_RunningApplication_NobodyListensAnyMore()
    {
        var application = await AppHostFixture.StartAsync(TimeSpan.FromMinutes(2), "--Containers=false");
        int[] ports = [application.GetEndpoint("routing-api").Port, application.GetEndpoint("metrics-mock").Port];

        await application.DisposeAsync();

        foreach (var port in ports)
        {
            using var client = new TcpClient();
            await Assert.ThrowsAnyAsync<SocketException>(() => client.ConnectAsync("localhost", port));
        }
    }
}
