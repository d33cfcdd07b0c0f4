namespace ModelScan.MetricsMock.Providers;

/// <summary>
/// Breaks an answer off on purpose. An exception that reaches the server once the answer has begun makes it send what has been written
/// and close the connection without the answer's end. <c>HttpContext.Abort</c> resets the connection instead, and a reset throws away
/// whatever the client has not read yet: how many events it saw would be a matter of chance.
/// </summary>
internal sealed class CutStreamException() : Exception("The answer was cut on purpose: cut_stream is switched on for this model.");
