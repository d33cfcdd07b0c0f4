using System.Text;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.Tests.Routing.Attempts;

public sealed class EventBoundaryTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("data: x\n\n", true)]
    [InlineData("data: x\r\n\r\n", true)]
    [InlineData("data: x\r\r", true)]
    [InlineData(": comment\n\n", true)]
    [InlineData("data: x\n", false)]
    [InlineData("data: x\r\n", false)]
    [InlineData("data: x", false)]
    [InlineData("data: x\n\ndata", false)]
    public void IsBetweenEvents_WhereverTheBytesAreCut_IsTheSame(string said, bool expected)
    {
        var bytes = Encoding.UTF8.GetBytes(said);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var boundary = new EventBoundary();
            boundary.Pass(bytes.AsSpan(0, cut));
            boundary.Pass(bytes.AsSpan(cut));
            Assert.Equal((cut, expected), (cut, boundary.IsBetweenEvents));
        }
    }
}
