using System.Buffers.Binary;
using System.Net.Sockets;

#pragma warning disable CA1050, MA0047, RCS1110 // The runtime asks for a type of this name outside any namespace.

/// <summary>
/// Loaded into a measured program through <c>DOTNET_STARTUP_HOOKS</c>
/// (https://github.com/dotnet/runtime/blob/main/docs/design/features/host-startup-hook.md), so that the program that ships is the
/// program that is measured. Connects to the Unix socket named by <c>LOADTEST_PROBE</c>; every byte from there is answered with the
/// bytes allocated so far (little-endian, 64 bits). The end of the connection ends the program: whoever measured it is gone.
/// Waits in a thread of its own and costs nothing until it is asked.
/// </summary>
internal static class StartupHook
{
    private const int MeasurerGone = 3;

    public static void Initialize()
    {
        // A program that this one starts in turn is not measured.
        var path = Environment.GetEnvironmentVariable("LOADTEST_PROBE");
        Environment.SetEnvironmentVariable("LOADTEST_PROBE", null);
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        if (string.IsNullOrEmpty(path))
            return;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        new Thread(() => Answer(socket)) { IsBackground = true, Name = "load test probe" }.Start();
    }

    private static void Answer(Socket socket)
    {
        Span<byte> question = stackalloc byte[1];
        Span<byte> answer = stackalloc byte[sizeof(long)];
        try
        {
            while (socket.Receive(question) == 1)
            {
                BinaryPrimitives.WriteInt64LittleEndian(answer, GC.GetTotalAllocatedBytes());
                socket.Send(answer);
            }
        }
        catch (SocketException)
        {
            // As good as an end.
        }

        Environment.Exit(MeasurerGone);
    }
}
